import { completeSetUp } from './completeSetUp';

const things = {
  organization: { name: 'Acme', slug: 'acme' },
  owner: {
    username: 'ada',
    givenName: 'Ada',
    familyName: 'Lovelace',
    displayName: 'Ada Lovelace',
    email: 'ada@acme.test',
  },
};

function answering(status: number, body: unknown) {
  return { fetch: jest.fn(async () => Response.json(body, { status })) };
}

it('sends the token of the link with what was filled in', async () => {
  const api = answering(201, {});
  await completeSetUp(api, 'the-token', things);
  const [url, init] = api.fetch.mock.calls[0] as unknown as [
    string,
    RequestInit,
  ];
  expect(url).toBe('plugin://iam/set-up/v1');
  expect(JSON.parse(`${init.body}`)).toEqual({ token: 'the-token', ...things });
});

it('names the field at fault as the form does', async () => {
  const api = answering(400, {
    error: {
      name: 'CommandRejectedError',
      message: 'owner.email has the wrong format',
      code: 'iam.input.format',
      field: 'owner.email',
    },
  });
  await expect(completeSetUp(api, 't', things)).rejects.toMatchObject({
    code: 'iam.input.format',
    fields: [{ field: 'email', message: 'has the wrong format' }],
  });
});

it('says that it is over', async () => {
  const message = 'The instance is set up; set-up is closed for good';
  const api = answering(409, {
    error: { message, code: 'iam.instance.set_up_done' },
  });
  await expect(completeSetUp(api, 't', things)).rejects.toMatchObject({
    message,
    code: 'iam.instance.set_up_done',
    fields: [],
  });
});

it('says that the portal cannot be reached', async () => {
  const api = {
    fetch: async () => {
      throw new TypeError('Failed to fetch');
    },
  };
  await expect(completeSetUp(api, 't', things)).rejects.toMatchObject({
    code: 'UNREACHABLE',
  });
});
