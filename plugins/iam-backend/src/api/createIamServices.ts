import type { ServiceImplementation } from '@callboard/api-node';
import { adminService } from './adminService';
import { authService } from './authService';
import type { IamApi } from './IamApi';
import { managementService } from './managementService';
import { systemService } from './systemService';

/** The services of IAM's API, one for each audience. */
export function createIamServices(api: IamApi): ServiceImplementation[] {
  return [
    authService(api),
    managementService(api),
    adminService(api),
    systemService(api),
  ];
}
