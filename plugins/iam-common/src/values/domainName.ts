import { parse } from 'tldts';
import { z } from 'zod';
import { fault } from './fault';
import { mixesScripts } from './lookAlikes';

/**
 * A host name in the form that DNS knows, or undefined when it is none. The
 * URL parser of every runtime maps it by UTS #46, as browsers do.
 */
function toAsciiHost(value: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(value)) {
    return undefined;
  }
  try {
    const { hostname } = new URL(`https://${value}`);
    const labels = hostname.split('.');
    return labels.every(label =>
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label),
    )
      ? hostname
      : undefined;
  } catch {
    return undefined;
  }
}

const inFormat = {
  message: 'must be a domain name like example.com',
  params: { code: 'iam.input.format' },
};

/**
 * A host by which an instance is reached, in ASCII and small letters:
 * `portal.example.com`, `localhost`. No port, no address.
 *
 * @public
 */
export const hostNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .refine(value => !mixesScripts(value), fault('iam.input.mixed_scripts'))
  .transform((value, context) => {
    const host = toAsciiHost(value);
    if (host === undefined || host.length > 253 || parse(host).isIp) {
      context.addIssue({ code: 'custom', ...inFormat });
      return z.NEVER;
    }
    return host;
  });

/**
 * A domain that an organization can own: a host name below a public suffix
 * (https://publicsuffix.org/), so `acme.co.uk` but not `co.uk`.
 *
 * @public
 */
export const domainNameSchema = hostNameSchema.refine(
  host => parse(host, { allowPrivateDomains: true }).domain !== null,
  fault('iam.input.public_suffix'),
);
