/** Projects: the list, and the page of each. */
import { Route, Routes } from '../shell/router';
import { ProjectList } from './ProjectList';
import { ProjectPage } from './ProjectPage';

export function Projects() {
  return (
    <Routes>
      <Route index element={<ProjectList />} />
      <Route path=":uuid/*" element={<ProjectPage />} />
    </Routes>
  );
}
