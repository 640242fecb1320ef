/**
 * Puts a buf workspace together in a temporary folder: one module per folder
 * of ours, and one with what ours import from npm packages. None of the latter
 * is copied into the repository.
 */
import { createRequire } from 'node:module';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { resolveInstalled } from './buf.ts';
import { printProto } from './printProto.ts';
import type { ProtoFolder } from './protoFolders.ts';

/** The module of imported definitions, inside the workspace. */
export const IMPORTED_MODULE = 'imported';

/** Where each imported definition comes from, by the name it is imported by. */
const IMPORTED: Record<string, { packageName: string; file: string }> = {
  ...fromGoogle(
    'google/api/annotations.proto',
    'google/api/field_behavior.proto',
    'google/api/http.proto',
    'google/api/httpbody.proto',
    'google/rpc/code.proto',
    'google/rpc/error_details.proto',
    'google/rpc/status.proto',
  ),
  'grpc/reflection/v1/reflection.proto': {
    packageName: '@grpc/reflection',
    file: 'build/proto/grpc/reflection/v1/reflection.proto',
  },
  'grpc/reflection/v1alpha/reflection.proto': {
    packageName: '@grpc/reflection',
    file: 'build/proto/grpc/reflection/v1alpha/reflection.proto',
  },
  'grpc/health/v1/health.proto': {
    packageName: 'grpc-health-check',
    file: 'proto/health/v1/health.proto',
  },
};

const LINT = {
  use: ['STANDARD', 'COMMENT_RPC', 'COMMENT_SERVICE', 'COMMENT_MESSAGE'],
  // A method answers with the resource itself (https://google.aip.dev/131), so
  // several methods share one response.
  except: ['RPC_RESPONSE_STANDARD_NAME', 'RPC_REQUEST_RESPONSE_UNIQUE'],
};

/**
 * @param root - the repository whose node_modules are used
 * @param sources - the folder that has the definitions, usually `root` too
 * @param folders - relative to `sources`
 * @returns the workspace's folder, and a function that removes it
 */
export async function createProtoWorkspace(
  root: string,
  sources: string,
  folders: readonly ProtoFolder[],
): Promise<{ path: string; remove: () => Promise<void> }> {
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'callboard-proto-'));
  for (const { definitions } of folders) {
    await cp(
      path.join(sources, definitions),
      path.join(workspace, moduleOf(definitions)),
      { recursive: true },
    );
  }
  for (const [name, origin] of Object.entries(IMPORTED)) {
    const target = await placeFor(workspace, name);
    await cp(resolveInstalled(root, origin.packageName, origin.file), target);
  }
  const validate = protovalidateDescriptor(root);
  await writeFile(
    await placeFor(workspace, validate.name),
    printProto(validate),
  );
  // buf reads YAML, of which JSON is a part.
  await writeFile(
    path.join(workspace, 'buf.yaml'),
    JSON.stringify({
      version: 'v2',
      modules: [
        ...folders.map(({ definitions }) => ({ path: moduleOf(definitions) })),
        { path: IMPORTED_MODULE },
      ],
      lint: LINT,
      breaking: { use: ['FILE'] },
    }),
  );
  return {
    path: workspace,
    remove: () => rm(workspace, { recursive: true, force: true }),
  };
}

/** The module, inside the workspace, that holds a folder of ours. */
export function moduleOf(definitions: string): string {
  return path.posix.join('ours', definitions);
}

async function placeFor(workspace: string, name: string): Promise<string> {
  const target = path.join(workspace, IMPORTED_MODULE, name);
  await mkdir(path.dirname(target), { recursive: true });
  return target;
}

/** The descriptor of buf/validate/validate.proto, which npm has as code only. */
function protovalidateDescriptor(root: string): FileDescriptorProto {
  const require = createRequire(path.join(root, 'packages/api-node/src/'));
  const { violationsToProto } =
    require('@bufbuild/protovalidate') as typeof import('@bufbuild/protovalidate');
  const [, schema] = violationsToProto([]);
  return schema.file.proto;
}

function fromGoogle(
  ...names: string[]
): Record<string, { packageName: string; file: string }> {
  return Object.fromEntries(
    names.map(name => [
      name,
      { packageName: 'google-proto-files', file: name },
    ]),
  );
}
