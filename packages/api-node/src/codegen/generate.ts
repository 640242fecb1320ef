/**
 * Turns definitions into code. For every folder of definitions:
 *
 * - `<name>_pb.ts`: types and descriptors for clients and handlers, without
 *   the options that only a server reads (HTTP rules, constraints), so that a
 *   browser doesn't load them;
 * - `descriptors.ts`: the files as buf compiled them, with every option and
 *   comment, for servers.
 */
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expectBuf, resolveInstalled } from './buf.ts';
import {
  findProtoFiles,
  findProtoFolders,
  type ProtoFolder,
} from './protoFolders.ts';
import {
  IMPORTED_MODULE,
  createProtoWorkspace,
  moduleOf,
} from './protoWorkspace.ts';
import type { Repository } from './Repository.ts';

/** What only servers read: options, by the file that declares them. */
const SERVER_OPTIONS: Record<string, string[]> = {
  'buf/validate/validate.proto': [
    'buf.validate.field',
    'buf.validate.message',
    'buf.validate.oneof',
  ],
  'google/api/annotations.proto': ['google.api.http'],
  'google/api/field_behavior.proto': ['google.api.field_behavior'],
};

/** Code of imported definitions, which our packages need themselves. */
const IMPORTED_CODE = [
  {
    generated: 'packages/api-client/src/gen',
    names: ['google/api/httpbody.proto', 'google/rpc/error_details.proto'],
  },
  {
    generated: 'packages/api-node/src/gen',
    names: [
      'buf/validate/validate.proto',
      'google/api/annotations.proto',
      'google/api/field_behavior.proto',
      'google/api/http.proto',
      'google/rpc/status.proto',
      'grpc/health/v1/health.proto',
      'grpc/reflection/v1/reflection.proto',
      'grpc/reflection/v1alpha/reflection.proto',
    ],
  },
];

/** No rule is for code that nobody writes, the one against this included. */
const NOT_LINTED = [
  '/* eslint-disable @eslint-community/eslint-comments/no-unlimited-disable -- Generated. */',
  '/* eslint-disable -- Generated. */',
].join('\n');

/** The package from which generated code takes Google's messages. */
const IMPORTED_CODE_PACKAGE = '@callboard/api-client';

/**
 * Every generated file as it should be, by its path in the repository.
 *
 * @throws Error when a definition doesn't compile
 */
export async function renderGenerated({
  root,
  tools,
}: Repository): Promise<Map<string, string>> {
  const folders = await findProtoFolders(root);
  const workspace = await createProtoWorkspace(tools, root, folders);
  try {
    const files = new Map<string, string>();
    for (const folder of folders) {
      await renderFolder({ root, tools }, workspace.path, folder, files);
    }
    for (const { generated, names } of IMPORTED_CODE) {
      await renderCode(tools, workspace.path, {
        module: IMPORTED_MODULE,
        paths: names.map(name => path.posix.join(IMPORTED_MODULE, name)),
        generated,
        files,
      });
    }
    return files;
  } finally {
    await workspace.remove();
  }
}

/**
 * The generated files that are there, by their path in the repository.
 */
export async function readGenerated(
  root: string,
): Promise<Map<string, string>> {
  const folders = [
    ...(await findProtoFolders(root)).map(({ generated }) => generated),
    ...IMPORTED_CODE.map(({ generated }) => generated),
  ];
  const files = new Map<string, string>();
  for (const folder of new Set(folders)) {
    for await (const match of glob(`${folder}/**/*.ts`, { cwd: root })) {
      const file = match.split(path.sep).join('/');
      files.set(file, await readFile(path.join(root, file), 'utf8'));
    }
  }
  return files;
}

/** Brings the generated files up to date. @returns the paths that changed */
export async function writeGenerated(
  repository: Repository,
): Promise<string[]> {
  const { root } = repository;
  const wanted = await renderGenerated(repository);
  const present = await readGenerated(root);
  const changed: string[] = [];
  for (const [file, content] of wanted) {
    if (present.get(file) !== content) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), content);
      changed.push(file);
    }
  }
  for (const file of present.keys()) {
    if (!wanted.has(file)) {
      await rm(path.join(root, file));
      changed.push(file);
    }
  }
  return changed.sort();
}

async function renderFolder(
  { root, tools }: Repository,
  workspace: string,
  folder: ProtoFolder,
  files: Map<string, string>,
): Promise<void> {
  const module = moduleOf(folder.definitions);
  const image = path.join(workspace, 'image.binpb');
  await expectBuf(tools, workspace, ['build', module, '--output', image]);
  const { file: compiled } = fromBinary(
    FileDescriptorSetSchema,
    await readFile(image),
  );
  await renderCode(tools, workspace, {
    module,
    // buf refuses to exclude what is not there.
    excluded: compiled.flatMap(({ name }) => SERVER_OPTIONS[name] ?? []),
    generated: folder.generated,
    files,
  });
  const own = await findProtoFiles(path.join(root, folder.definitions));
  const descriptors = toBinary(
    FileDescriptorSetSchema,
    create(FileDescriptorSetSchema, {
      file: compiled.filter(({ name }) => own.includes(name)),
    }),
  );
  files.set(
    path.posix.join(folder.generated, 'descriptors.ts'),
    renderDescriptors(Buffer.from(descriptors), folder),
  );
}

async function renderCode(
  tools: string,
  workspace: string,
  options: {
    module: string;
    paths?: string[];
    excluded?: string[];
    generated: string;
    files: Map<string, string>;
  },
): Promise<void> {
  const out = path.join(workspace, 'generated', options.generated);
  const template = {
    version: 'v2',
    inputs: [
      {
        directory: options.module,
        paths: options.paths,
        exclude_types: options.excluded,
      },
    ],
    plugins: [
      {
        local: [
          process.execPath,
          resolveInstalled(
            tools,
            '@bufbuild/protoc-gen-es',
            'bin/protoc-gen-es',
          ),
        ],
        out,
        opt: ['target=ts', 'import_extension=none'],
      },
    ],
  };
  await expectBuf(tools, workspace, [
    'generate',
    '--template',
    JSON.stringify(template),
  ]);
  for await (const match of glob('**/*.ts', { cwd: out })) {
    const file = match.split(path.sep).join('/');
    options.files.set(
      path.posix.join(options.generated, file),
      importGoogleFromPackage(
        (await readFile(path.join(out, file), 'utf8')).replace(
          '/* eslint-disable */',
          NOT_LINTED,
        ),
        options.generated,
      ),
    );
  }
}

/**
 * Google's messages are generated once, in one package, and come from there.
 */
function importGoogleFromPackage(code: string, generated: string): string {
  if (generated === IMPORTED_CODE[0]?.generated) {
    return code;
  }
  return code.replace(
    / from "(?:\.\.\/)+google\/(?:api\/httpbody|rpc\/error_details)_pb";/g,
    ` from "${IMPORTED_CODE_PACKAGE}";`,
  );
}

const BASE64_COLUMNS = 76;

function renderDescriptors(image: Buffer, folder: ProtoFolder): string {
  const lines = image
    .toString('base64')
    .match(new RegExp(`.{1,${BASE64_COLUMNS}}`, 'g'));
  return `// @generated from ${folder.definitions}
${NOT_LINTED}

/**
 * A google.protobuf.FileDescriptorSet of this API's files, with their options
 * and comments, in base64. For servers; clients have what they need in the
 * other generated files.
 */
export const descriptors: string = \`
${(lines ?? []).join('\n')}
\`;
`;
}
