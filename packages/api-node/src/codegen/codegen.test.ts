import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { violationsToProto } from '@bufbuild/protovalidate';
import { expectBuf } from './buf.ts';
import { accept, checkAccepted, writeAdditions } from './accepted.ts';
import { checkLint, checkStaleness } from './checks.ts';
import { writeGenerated } from './generate.ts';
import { printProto } from './printProto.ts';

const tools = path.resolve(__dirname, '../../../..');
const DEFINITION = 'plugins/shop-common/proto/callboard/shop/v1/shop.proto';
const GENERATED = 'plugins/shop-common/src/gen';

jest.setTimeout(180_000);

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'callboard-codegen-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const shop = (changes: Record<string, string> = {}) => {
  let text = `syntax = "proto3";

package callboard.shop.v1;

import "buf/validate/validate.proto";
import "google/api/annotations.proto";
import "google/api/httpbody.proto";

// Sells.
service ShopService {
  // Buys a thing.
  rpc Buy(BuyRequest) returns (google.api.HttpBody) {
    option (google.api.http) = {post: "/v1/buy" body: "*"};
  }
}

// Asks for a thing.
message BuyRequest {
  string thing = 1 [(buf.validate.field).string.min_len = 1];
}
`;
  for (const [from, to] of Object.entries(changes)) {
    text = text.replace(from, to);
  }
  return text;
};

const repository = () => ({ root, tools });

describe('generated code', () => {
  it('has for clients what they need, and for servers all', async () => {
    write(DEFINITION, shop());
    const changed = await writeGenerated(repository());
    expect(changed).toContain(`${GENERATED}/callboard/shop/v1/shop_pb.ts`);
    const code = read(`${GENERATED}/callboard/shop/v1/shop_pb.ts`);
    expect(code).toContain('export const ShopService');
    expect(code).toContain('from "@callboard/api-client"');
    expect(code).not.toContain('validate');
    expect(code).not.toContain('annotations');
    const [, base64 = ''] = /`\n([^`]*)`/.exec(
      read(`${GENERATED}/descriptors.ts`),
    )!;
    const { file } = fromBinary(
      FileDescriptorSetSchema,
      Buffer.from(base64, 'base64'),
    );
    expect(file.map(({ name }) => name)).toEqual([
      'callboard/shop/v1/shop.proto',
    ]);
    expect(
      file[0]!.sourceCodeInfo?.location.some(
        ({ leadingComments }) => leadingComments === ' Buys a thing.\n',
      ),
    ).toBe(true);
  });

  it('is stale when the definition has changed, was never made, or is left over', async () => {
    write(DEFINITION, shop());
    await writeGenerated(repository());
    expect(await writeGenerated(repository())).toEqual([]);

    write(DEFINITION, shop({ 'string thing = 1': 'string what = 1' }));
    write(`${GENERATED}/callboard/shop/v1/old_pb.ts`, '');
    rmSync(path.join(root, `${GENERATED}/descriptors.ts`));
    expect(await checkStaleness(repository())).toEqual([
      expect.stringContaining(
        `${GENERATED}/callboard/shop/v1/old_pb.ts has no definition any more`,
      ),
      expect.stringContaining(
        `${GENERATED}/callboard/shop/v1/shop_pb.ts is stale`,
      ),
      expect.stringContaining(`${GENERATED}/descriptors.ts is missing`),
    ]);
  });

  it('is not made of a definition that does not compile', async () => {
    write(DEFINITION, shop({ 'string thing': 'strin thing' }));
    await expect(writeGenerated(repository())).rejects.toThrow('shop.proto:19');
  });
});

it('names what is badly written', async () => {
  write(
    DEFINITION,
    shop({
      '  // Buys a thing.\n': '',
      '(BuyRequest)': '(BuyThing)',
      'message BuyRequest': 'message BuyThing',
    }),
  );
  expect(await checkLint(repository())).toEqual([
    expect.stringMatching(
      /^plugins\/shop-common\/proto\/.*RPC "Buy" should have a non-empty comment/,
    ),
    expect.stringMatching(
      /RPC request type "BuyThing" should be named "BuyRequest"/,
    ),
  ]);
  write(DEFINITION, shop());
  expect(await checkLint(repository())).toEqual([]);
});

describe('what was promised to clients', () => {
  const FOLDER = 'plugins/shop-common/proto';
  const PROMISE = 'packages/api-node/accepted/plugins.shop-common.binpb';
  const meant = `${FOLDER} breaks its clients; if that is meant, run node packages/api-node/src/codegen/main.ts accept ${FOLDER}`;

  beforeEach(async () => {
    write(DEFINITION, shop());
    await writeAdditions(repository());
  });

  it('is written down at first, which is asked for', async () => {
    rmSync(path.join(root, PROMISE));
    expect(await checkAccepted(repository())).toEqual([
      `${PROMISE} is missing; run node packages/api-node/src/codegen/main.ts generate`,
    ]);
    expect(await writeAdditions(repository())).toEqual([PROMISE]);
    expect(await checkAccepted(repository())).toEqual([]);
  });

  const field = 'string thing = 1 [(buf.validate.field).string.min_len = 1];';

  it.each([
    [
      'a removed field',
      { [field]: '' },
      'Previously present field "1" with name "thing" on message "BuyRequest" was deleted',
    ],
    [
      'a field of another type',
      {
        'string thing = 1 [(buf.validate.field).string.min_len = 1];':
          'int32 thing = 1;',
      },
      'Field "1" with name "thing" on message "BuyRequest" changed type',
    ],
    [
      'a removed method',
      {
        'rpc Buy(BuyRequest) returns (google.api.HttpBody) {':
          'rpc Sell(BuyRequest) returns (google.api.HttpBody) {',
      },
      'Previously present RPC "Buy" on service "ShopService" was deleted',
    ],
    [
      'another path',
      { 'post: "/v1/buy"': 'post: "/v1/purchase"' },
      'REST: POST /v1/buy of callboard.shop.v1.ShopService.Buy was removed.',
    ],
    [
      'another body',
      { 'body: "*"': '' },
      'REST: POST /v1/buy has another body: "" instead of "*".',
    ],
  ])(
    'is kept: %s fails, and only accepting it helps',
    async (_, changes, finding) => {
      write(DEFINITION, shop(changes));
      const findings = await checkAccepted(repository());
      expect(findings).toEqual(
        expect.arrayContaining([expect.stringContaining(finding), meant]),
      );
      // What `npm run check -- --fix` does.
      expect(await writeAdditions(repository())).toEqual([]);
      expect(await checkAccepted(repository())).toEqual(findings);

      expect(await accept(repository(), [`${FOLDER}/`])).toEqual([PROMISE]);
      expect(await checkAccepted(repository())).toEqual([]);
    },
  );

  it('grows by what is added, and keeps that as well', async () => {
    write(DEFINITION, shop({ [field]: `${field}\n  int32 count = 2;` }));
    expect(await checkAccepted(repository())).toEqual([
      `${PROMISE} lacks what was added; run node packages/api-node/src/codegen/main.ts generate`,
    ]);
    expect(await writeAdditions(repository())).toEqual([PROMISE]);
    write(DEFINITION, shop());
    expect(await checkAccepted(repository())).toEqual([
      expect.stringContaining('field "2" with name "count"'),
      meant,
    ]);
  });

  it('is not touched by comments', async () => {
    write(DEFINITION, shop({ 'Buys a thing': 'Buys one thing' }));
    expect(await checkAccepted(repository())).toEqual([]);
    expect(await writeAdditions(repository())).toEqual([]);
  });

  it('outlives the definitions', async () => {
    rmSync(path.join(root, 'plugins'), { recursive: true });
    expect(await checkAccepted(repository())).toEqual([
      'plugins/shop-common/proto was removed.',
      meant,
    ]);
    expect(await writeAdditions(repository())).toEqual([]);
    expect(await accept(repository(), [FOLDER])).toEqual([PROMISE]);
    expect(await checkAccepted(repository())).toEqual([]);
  });

  it('is not asked of definitions for tests, nor of folders without any', async () => {
    write(
      'plugins/x/src/__fixtures__/x/proto/callboard/x/v1/x.proto',
      'syntax = "proto3";\npackage callboard.x.v1;\n',
    );
    expect(await checkAccepted(repository())).toEqual([]);
    await expect(accept(repository(), ['plugins/x/proto'])).rejects.toThrow(
      `plugins/x/proto has no definitions; these have: ${FOLDER}`,
    );
  });
});

it('writes validate.proto down so that it compiles to the same', async () => {
  const [, schema] = violationsToProto([]);
  const original = schema.file.proto;
  write('buf.yaml', '{"version":"v2"}');
  write(original.name, printProto(original));
  await expectBuf(tools, root, [
    'build',
    '.',
    '--exclude-source-info',
    '--exclude-imports',
    '--output',
    'image.binpb',
  ]);
  const { file } = fromBinary(
    FileDescriptorSetSchema,
    readFileSync(path.join(root, 'image.binpb')),
  );
  expect(bare(file[0]!)).toEqual(bare(original));

  /** Without options, comments and what follows from names; in one order. */
  function bare(proto: typeof original): unknown {
    return JSON.parse(
      JSON.stringify(toJson(FileDescriptorProtoSchema, proto)),
      (key, value) => {
        if (['options', 'jsonName', 'sourceCodeInfo', 'syntax'].includes(key)) {
          return undefined;
        }
        return key === 'field'
          ? value.sort((a: any, b: any) => a.number - b.number) // any: JSON of a field
          : value;
      },
    );
  }
});
