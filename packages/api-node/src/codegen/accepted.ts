/**
 * What was promised to clients: for each API the descriptors of its definitions
 * as they were last accepted, in a file that is committed. So a promise is kept
 * on a fresh clone as well, and breaking one shows in what is reviewed.
 *
 * Additions are promised by `generate`. What would break clients is only ever
 * written down by `accept`, by the name of its folder.
 */
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorSetSchema,
  type FileDescriptorSet,
} from '@bufbuild/protobuf/wkt';
import { expectBuf, runBuf } from './buf.ts';
import { toFindings } from './findings.ts';
import { findProtoFolders, type ProtoFolder } from './protoFolders.ts';
import { createProtoWorkspace, moduleOf } from './protoWorkspace.ts';
import type { Repository } from './Repository.ts';
import { findBrokenRoutes } from './restRoutes.ts';

const ACCEPTED = 'packages/api-node/accepted';

const GENERATE = 'node packages/api-node/src/codegen/main.ts generate';
const ACCEPT = 'node packages/api-node/src/codegen/main.ts accept';

/** One API: what it promised, what it is, and what of the promise is broken. */
interface Comparison {
  readonly definitions: string;
  /** Of the file of accepted descriptors, in the repository. */
  readonly file: string;
  readonly before: Buffer | undefined;
  /** Undefined when the definitions are gone. */
  readonly now: Buffer | undefined;
  readonly broken: readonly string[];
}

/** Broken promises, and additions that are not promised yet; a sentence each. */
export async function checkAccepted(repository: Repository): Promise<string[]> {
  const findings: string[] = [];
  for (const each of await compare(repository)) {
    if (each.broken.length > 0) {
      findings.push(
        ...each.broken,
        `${each.definitions} breaks its clients; if that is meant, run ${ACCEPT} ${each.definitions}`,
      );
    } else if (!each.before) {
      findings.push(`${each.file} is missing; run ${GENERATE}`);
    } else if (each.now && !each.now.equals(each.before)) {
      findings.push(`${each.file} lacks what was added; run ${GENERATE}`);
    }
  }
  return findings;
}

/** Promises what was added. @returns the paths that changed */
export async function writeAdditions(
  repository: Repository,
): Promise<string[]> {
  const harmless = (await compare(repository)).filter(
    each => each.broken.length === 0,
  );
  return write(repository, harmless);
}

/**
 * Promises what these folders of definitions say now, whatever it breaks.
 *
 * @returns the paths that changed
 * @throws Error when a folder neither has nor had definitions
 */
export async function accept(
  repository: Repository,
  folders: readonly string[],
): Promise<string[]> {
  const known = await compare(repository);
  const chosen = folders.map(folder => {
    const wanted = path.posix.normalize(folder).replace(/\/$/, '');
    const found = known.find(each => each.definitions === wanted);
    if (!found) {
      throw new Error(
        `${folder} has no definitions; these have: ${known.map(each => each.definitions).join(', ')}`,
      );
    }
    return found;
  });
  return write(repository, chosen);
}

async function write(
  { root }: Repository,
  comparisons: readonly Comparison[],
): Promise<string[]> {
  const changed: string[] = [];
  for (const { file, before, now } of comparisons) {
    const target = path.join(root, file);
    if (!now) {
      await rm(target);
      changed.push(file);
    } else if (!before?.equals(now)) {
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, now);
      changed.push(file);
    }
  }
  return changed;
}

async function compare({ root, tools }: Repository): Promise<Comparison[]> {
  const folders = await findProtoFolders(root);
  const accepted = await readAccepted(root);
  const workspace = await createProtoWorkspace(tools, root, folders);
  try {
    const comparisons: Comparison[] = [];
    for (const folder of folders.filter(each => !each.isForTests)) {
      const { definitions } = folder;
      const file = acceptedFileOf(definitions);
      const before = accepted.get(file);
      const now = await buildImage(tools, workspace.path, folder);
      const broken = before
        ? await findBroken({ tools, workspace: workspace.path }, folder, {
            before,
            now,
          })
        : [];
      comparisons.push({ definitions, file, before, now, broken });
      accepted.delete(file);
    }
    for (const [file, before] of accepted) {
      const definitions = definitionsOf(file);
      comparisons.push({
        definitions,
        file,
        before,
        now: undefined,
        broken: [`${definitions} was removed.`],
      });
    }
    return comparisons;
  } finally {
    await workspace.remove();
  }
}

async function findBroken(
  { tools, workspace }: { tools: string; workspace: string },
  folder: ProtoFolder,
  images: { before: Buffer; now: Buffer },
): Promise<string[]> {
  const against = path.join(workspace, 'accepted.binpb');
  await writeFile(against, images.before);
  const { ok, output } = await runBuf(tools, workspace, [
    'breaking',
    moduleOf(folder.definitions),
    '--against',
    against,
  ]);
  return [
    ...(ok ? [] : toFindings(output)),
    ...findBrokenRoutes(parse(images.before), parse(images.now)),
  ];
}

/** Without comments, which promise nothing. */
async function buildImage(
  tools: string,
  workspace: string,
  folder: ProtoFolder,
): Promise<Buffer> {
  const image = path.join(workspace, 'image.binpb');
  await expectBuf(tools, workspace, [
    'build',
    moduleOf(folder.definitions),
    '--exclude-source-info',
    '--as-file-descriptor-set',
    '--output',
    image,
  ]);
  return readFile(image);
}

async function readAccepted(root: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const match of glob(`${ACCEPTED}/*.binpb`, { cwd: root })) {
    files.set(
      match.split(path.sep).join('/'),
      await readFile(path.join(root, match)),
    );
  }
  return files;
}

/** `plugins/shop-common/proto` is kept in `…/plugins.shop-common.binpb`. */
function acceptedFileOf(definitions: string): string {
  const name = path.posix.dirname(definitions).replace('/', '.');
  return `${ACCEPTED}/${name}.binpb`;
}

function definitionsOf(file: string): string {
  const name = path.posix.basename(file, '.binpb').replace('.', '/');
  return path.posix.join(name, 'proto');
}

function parse(image: Buffer): FileDescriptorSet {
  return fromBinary(FileDescriptorSetSchema, image);
}
