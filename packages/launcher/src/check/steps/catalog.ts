import { resultOfFindings } from '../CheckStep.ts';
import type { CheckStep } from '../CheckStep.ts';
import { checkCatalogMatchesWorkspaces } from '../catalogMatchesWorkspaces.ts';

export const catalog: CheckStep = {
  name: 'catalog',
  title: 'catalog/ describes the workspaces as they are',
  run: async ({ root }) =>
    resultOfFindings(await checkCatalogMatchesWorkspaces(root)),
};
