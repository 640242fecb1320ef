import { Route, Routes, useParams } from '../shell/router';
import { GroupList } from './GroupList';
import { GroupPage } from './GroupPage';

/** The area of groups: the list, and a page for each. */
export function Groups() {
  return (
    <Routes>
      <Route index element={<GroupList />} />
      <Route path=":uuid/*" element={<OneGroup />} />
    </Routes>
  );
}

function OneGroup() {
  const { uuid = '' } = useParams();
  return <GroupPage key={uuid} id={`iam.group/${uuid}`} />;
}
