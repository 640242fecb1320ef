/**
 * Looks at domains over the network. Whoever names a domain decides what we
 * call, so: only that domain, only its web ports, only public addresses (looked
 * up once and then called, so that a second answer of DNS changes nothing), no
 * redirects, little time, few bytes.
 */
import { lookup as lookupHost, Resolver } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { DomainProbe } from './DomainProbe';
import { isPublicAddress } from './publicAddress';

export interface NetworkDomainProbeOptions {
  /** For one look, in milliseconds; 5,000 when left out. */
  readonly timeoutMs?: number;
  /** Of the text; 4,096 when left out. */
  readonly maxBytes?: number;
  /** Name servers, `host:port`; those of the system when left out. */
  readonly nameServers?: readonly string[];
  /** All addresses of a host; the system's own look-up when left out. */
  readonly resolve?: (
    host: string,
  ) => Promise<
    readonly { readonly address: string; readonly family: number }[]
  >;
  /** Which addresses may be called; public ones when left out. */
  readonly mayCall?: (address: string) => boolean;
  /** 443 and 80 when left out. */
  readonly ports?: { readonly https: number; readonly http: number };
  /** Trusted certificate authorities in PEM; Node's own when left out. */
  readonly ca?: string;
}

/** A host has no address that may be called. */
export class AddressRefusedError extends Error {
  constructor(host: string) {
    super(`${host} has no public address`);
    this.name = 'AddressRefusedError';
  }
}

export class NetworkDomainProbe implements DomainProbe {
  readonly #options: NetworkDomainProbeOptions;
  readonly #timeoutMs: number;

  constructor(options: NetworkDomainProbeOptions = {}) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
  }

  async txtRecords(name: string): Promise<readonly string[]> {
    const resolver = new Resolver({ timeout: this.#timeoutMs, tries: 1 });
    if (this.#options.nameServers) {
      resolver.setServers(this.#options.nameServers);
    }
    try {
      const records = await resolver.resolveTxt(name);
      return records.map(parts => parts.join(''));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENODATA' || code === 'ENOTFOUND') {
        return [];
      }
      throw error;
    }
  }

  async fetchText(domain: string, path: string): Promise<string | undefined> {
    const address = await this.#addressOf(domain);
    const ports = this.#options.ports ?? { https: 443, http: 80 };
    try {
      return await this.#get('https', domain, address, ports.https, path);
    } catch {
      // What is proved is control of the domain, for which HTTP is enough
      // (as in ACME's http-01, RFC 8555 §8.3).
      return this.#get('http', domain, address, ports.http, path);
    }
  }

  async #addressOf(host: string): Promise<{ address: string; family: number }> {
    const all = await (this.#options.resolve ?? lookUp)(host);
    const mayCall = this.#options.mayCall ?? isPublicAddress;
    // One that may not be called spoils all: nobody else has both.
    const [first] = all;
    if (!first || !all.every(({ address }) => mayCall(address))) {
      throw new AddressRefusedError(host);
    }
    return first;
  }

  #get(
    protocol: 'http' | 'https',
    host: string,
    { address, family }: { address: string; family: number },
    port: number,
    path: string,
  ): Promise<string | undefined> {
    const lookup: LookupFunction = (_host, options, callback) =>
      options.all
        ? callback(null, [{ address, family }])
        : callback(null, address, family);
    const { maxBytes = 4_096, ca } = this.#options;
    const send = protocol === 'https' ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const request = send(
        {
          host,
          port,
          path,
          lookup,
          ca,
          servername: host,
          agent: false,
          headers: { accept: 'text/plain', 'user-agent': 'callboard' },
          // For all of it, however slowly it comes.
          signal: AbortSignal.timeout(this.#timeoutMs),
        },
        response => {
          const { statusCode } = response;
          if (statusCode !== 200) {
            response.destroy();
            resolve(undefined);
            return;
          }
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > maxBytes) {
              response.destroy(new Error('The answer is too long'));
              return;
            }
            chunks.push(chunk);
          });
          response.on('end', () =>
            resolve(Buffer.concat(chunks).toString('utf8')),
          );
          response.on('error', reject);
        },
      );
      request.on('error', reject);
      request.end();
    });
  }
}

function lookUp(host: string) {
  return lookupHost(host, { all: true });
}
