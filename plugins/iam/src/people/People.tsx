import { Route, Routes, useParams } from '../shell/router';
import { PeopleList } from './PeopleList';
import { UserPage } from './UserPage';

/** The area of people and machines: the list, and a page for each. */
export function People() {
  return (
    <Routes>
      <Route index element={<PeopleList />} />
      <Route path=":uuid/*" element={<OneUser />} />
    </Routes>
  );
}

function OneUser() {
  const { uuid = '' } = useParams();
  return <UserPage key={uuid} id={`iam.user/${uuid}`} />;
}
