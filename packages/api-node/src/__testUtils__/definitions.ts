import { descriptors as ofLibrary } from '../__fixtures__/library/gen/descriptors';
import { descriptors as ofMessaging } from '../__fixtures__/messaging/gen/descriptors';
import { loadDefinition } from '../definition/loadDefinition';

export const libraryDefinition = loadDefinition(ofLibrary);

export const library = libraryDefinition.services[0]!;
export const messagingDefinition = loadDefinition(ofMessaging);
export const messaging = messagingDefinition.services[0]!;
