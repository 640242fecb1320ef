import { getOption } from '@bufbuild/protobuf';
import { descriptors } from '../__fixtures__/library/gen/descriptors';
import { http } from '../gen/google/api/annotations_pb';
import { loadDefinition } from './loadDefinition';

it('has services, messages and their options', () => {
  const { services, registry, files } = loadDefinition(descriptors);
  expect(files.map(file => file.name)).toEqual([
    'callboard/library/v1/library',
  ]);
  expect(services.map(service => service.typeName)).toEqual([
    'callboard.library.v1.LibraryService',
  ]);
  const rule = getOption(services[0]!.method.getBook!, http);
  expect(rule.pattern.value).toBe('/v1/{name=shelves/*/books/*}');
  // Compared by hand: a descriptor leads to all others when Jest prints it.
  expect(
    registry.getMessage('callboard.library.v1.Book') ===
      services[0]!.method.getBook!.output,
  ).toBe(true);
  expect(registry.getMessage('google.protobuf.Timestamp')).toBeDefined();
});
