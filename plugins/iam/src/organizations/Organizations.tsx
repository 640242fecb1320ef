import { Route, Routes, useParams } from '../shell/router';
import { OrganizationList } from './OrganizationList';
import { OrganizationPage } from './OrganizationPage';

/** The area of organizations: the list, and a page for each. */
export function Organizations() {
  return (
    <Routes>
      <Route index element={<OrganizationList />} />
      <Route path=":uuid/*" element={<OneOrganization />} />
    </Routes>
  );
}

function OneOrganization() {
  const { uuid = '' } = useParams();
  return <OrganizationPage key={uuid} id={`iam.organization/${uuid}`} />;
}
