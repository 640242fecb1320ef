import type { DescService } from '@bufbuild/protobuf';
import { descriptors } from '../__fixtures__/gen/descriptors';
import { loadDefinition } from '../definition/loadDefinition';

export const definition = loadDefinition(descriptors);

function serviceNamed(name: string): DescService {
  const service = definition.services.find(each => each.name === name);
  if (!service) {
    throw new Error(`The fixtures have no ${name}`);
  }
  return service;
}

export const library = serviceNamed('LibraryService');
export const messaging = serviceNamed('MessagingService');
