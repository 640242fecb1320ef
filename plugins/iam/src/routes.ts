import {
  createExternalRouteRef,
  createRouteRef,
  createSubRouteRef,
} from '@backstage/frontend-plugin-api';

/** The console. */
export const rootRouteRef = createRouteRef();

// Other plugins link to what the console shows of a thing. The parameter is
// the uuid in its id.

export const organizationRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/organizations/:uuid',
});

export const userRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/people/:uuid',
});

export const groupRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/groups/:uuid',
});

export const projectRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/projects/:uuid',
});

/** What the log holds at a position, where the portal has a page for that. */
export const eventRouteRef = createExternalRouteRef({
  params: ['position'],
  defaultTarget: 'eventstore.event',
});
