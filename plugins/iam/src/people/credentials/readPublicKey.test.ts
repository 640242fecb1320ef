import { readPublicKey } from './readPublicKey';

const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'abc' };

it('takes the fields of a public key and leaves the others', () => {
  expect(
    readPublicKey(JSON.stringify({ ...jwk, kid: '1', use: 'sig' })),
  ).toEqual(jwk);
});

it.each([
  [JSON.stringify({ ...jwk, d: 'secret' }), 'This is a private key'],
  ['{', 'This is no JSON'],
  ['[]', 'This is no JSON object'],
  ['null', 'This is no JSON object'],
])('refuses %s', (text, message) => {
  expect(() => readPublicKey(text)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(message),
      status: 'INVALID_ARGUMENT',
      fields: [expect.objectContaining({ field: 'publicKey' })],
    }),
  );
});
