import type { DomainChallenge } from '../CommandRequest';
import type { DomainProbe } from './DomainProbe';

const RECORD = '_callboard-challenge';
const PREFIX = 'callboard-verification=';
const FOLDER = '/.well-known/callboard-challenge';

type Method = 'dns' | 'http';

/** What has to be published: a TXT record, or a file (RFC 8615). */
export function challengeFor(
  domain: string,
  method: Method,
  token: string,
): DomainChallenge {
  return method === 'dns'
    ? { method, name: `${RECORD}.${domain}`, value: `${PREFIX}${token}` }
    : { method, url: `https://${domain}${FOLDER}/${token}`, content: token };
}

/** What was found in place of a proof, or that it was found. */
export interface Proof {
  readonly token: string;
  readonly found: 'verified' | 'not_found' | 'other_token' | 'unreachable';
}

/** Looks for what a challenge asked to publish. */
export async function findProof(
  probe: DomainProbe,
  domain: string,
  { method, token }: { readonly method: Method; readonly token: string },
): Promise<Proof> {
  try {
    const found =
      method === 'dns'
        ? await findRecord(probe, domain, token)
        : await findFile(probe, domain, token);
    return { token, found };
  } catch {
    return { token, found: 'unreachable' };
  }
}

async function findRecord(
  probe: DomainProbe,
  domain: string,
  token: string,
): Promise<Proof['found']> {
  const records = await probe.txtRecords(`${RECORD}.${domain}`);
  const tokens = records
    .map(record => record.trim())
    .filter(record => record.startsWith(PREFIX));
  if (tokens.includes(`${PREFIX}${token}`)) {
    return 'verified';
  }
  return tokens.length > 0 ? 'other_token' : 'not_found';
}

async function findFile(
  probe: DomainProbe,
  domain: string,
  token: string,
): Promise<Proof['found']> {
  const text = await probe.fetchText(domain, `${FOLDER}/${token}`);
  if (text === undefined) {
    return 'not_found';
  }
  return text.trim() === token ? 'verified' : 'other_token';
}
