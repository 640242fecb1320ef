import {
  createFileRegistry,
  createRegistry,
  fromBinary,
  type DescFile,
  type DescService,
  type Registry,
} from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import {
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';
import {
  file_google_api_httpbody,
  file_google_rpc_error_details,
} from '@callboard/api-client';
import { file_buf_validate_validate } from '../gen/buf/validate/validate_pb';
import { file_google_api_annotations } from '../gen/google/api/annotations_pb';
import { file_google_api_field_behavior } from '../gen/google/api/field_behavior_pb';
import { file_google_api_http } from '../gen/google/api/http_pb';

/** What definitions may import beside their own files. */
const IMPORTABLE: readonly DescFile[] = [
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  file_google_api_annotations,
  file_google_api_field_behavior,
  file_google_api_http,
  file_google_api_httpbody,
  file_google_rpc_error_details,
  file_buf_validate_validate,
];

/**
 * An API as its authors wrote it down: every file of one plugin's `proto`
 * folder, with options and comments.
 *
 * @public
 */
export interface ApiDefinition {
  /** The plugin's own files, each after those it imports. */
  readonly files: readonly DescFile[];
  /** Every type of these files, and of what they import. */
  readonly registry: Registry;
  readonly services: readonly DescService[];
}

/**
 * Reads the `descriptors` that were generated beside an API's code.
 *
 * @throws Error when they import a file that isn't known here
 * @public
 */
export function loadDefinition(descriptors: string): ApiDefinition {
  const { file: protos } = fromBinary(
    FileDescriptorSetSchema,
    base64Decode(descriptors.replace(/\s/g, '')),
  );
  const known = new Map(
    IMPORTABLE.map(file => [file.proto.name, file] as const),
  );
  const files: DescFile[] = [];
  for (const proto of protos) {
    const file = createFileRegistry(proto, name => known.get(name)).getFile(
      proto.name,
    );
    if (!file) {
      throw new Error(`${proto.name} could not be read`);
    }
    known.set(proto.name, file);
    files.push(file);
  }
  return {
    files,
    registry: createRegistry(...known.values()),
    services: files.flatMap(file => file.services),
  };
}
