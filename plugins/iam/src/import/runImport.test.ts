import { ReadableStream } from 'node:stream/web';
import { runImport, type ImportTold } from './runImport';

const ORGANIZATION = 'iam.organization/00000000-0000-4000-8000-000000000001';
const file = {
  name: 'people.csv',
  format: 'csv' as const,
  content: new Blob(['x']),
  importId: 'sha256-1',
};
const counts = { rows: 100, added: 98, valid: 0, failed: 2 };

/** An answer whose pieces end anywhere, also in the middle of a line. */
function answering(pieces: readonly string[], status = 200) {
  const requests: { url: string; method?: string }[] = [];
  const fetchApi = {
    async fetch(url: unknown, init?: { method?: string }) {
      requests.push({ url: String(url), method: init?.method });
      return {
        ok: status < 400,
        status,
        json: async () => JSON.parse(pieces.join('')),
        body: new ReadableStream<Uint8Array>({
          start(controller) {
            pieces.forEach(piece =>
              controller.enqueue(new TextEncoder().encode(piece)),
            );
            controller.close();
          },
        }),
      } as unknown as Response;
    },
  };
  return { fetchApi: fetchApi as never, requests };
}

async function run(fetchApi: never): Promise<ImportTold[]> {
  const told: ImportTold[] = [];
  const all = runImport(
    fetchApi,
    { organization: ORGANIZATION, file, activate: true, dryRun: false },
    new AbortController().signal,
  );
  for await (const each of all) {
    told.push(each);
  }
  return told;
}

const failure = {
  row: 7,
  code: 'iam.input.format',
  field: 'email',
  message: 'email has the wrong format',
};

it('tells what the server tells, wherever its pieces end', async () => {
  const text = [{ failure }, counts, { done: counts }]
    .map(line => JSON.stringify(line))
    .join('\n');
  const { fetchApi, requests } = answering([
    text.slice(0, 30),
    text.slice(30, 31),
    text.slice(31),
  ]);

  expect(await run(fetchApi)).toEqual([
    { kind: 'failure', failure },
    { kind: 'progress', counts },
    { kind: 'done', counts },
  ]);
  expect(requests).toEqual([
    {
      url: 'plugin://iam/imports/v1/00000000-0000-4000-8000-000000000001/sha256-1?format=csv&activate=true&dryRun=false',
      method: 'PUT',
    },
  ]);
});

const body = {
  error: {
    name: 'NotAllowedError',
    code: 'IAM_DENIED',
    status: 'PERMISSION_DENIED',
    message: 'You may not',
    fields: [],
    retryable: false,
    metadata: {},
  },
  response: { statusCode: 403 },
};

it('fails as the server does, before it began', async () => {
  const { fetchApi } = answering([JSON.stringify(body)], 403);

  await expect(run(fetchApi)).rejects.toMatchObject({ code: 'IAM_DENIED' });
});

it('fails as the server does, in the middle', async () => {
  const { fetchApi } = answering([
    `${JSON.stringify(counts)}\n${JSON.stringify(body)}\n`,
  ]);

  await expect(run(fetchApi)).rejects.toMatchObject({ code: 'IAM_DENIED' });
});

it('takes an answer that ends early for a lost connection', async () => {
  const { fetchApi } = answering([`${JSON.stringify(counts)}\n`]);

  await expect(run(fetchApi)).rejects.toMatchObject({ code: 'UNREACHABLE' });
});
