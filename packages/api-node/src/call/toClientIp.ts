import { isIP } from 'node:net';

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/**
 * An address as it is written down and searched for. A socket that takes both
 * kinds reports `::ffff:192.0.2.7` for `192.0.2.7`
 * (https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2).
 *
 * @returns undefined when it is no address
 * @public
 */
export function toClientIp(address: string | undefined): string | undefined {
  const ip = address?.replace(MAPPED, '');
  return ip !== undefined && isIP(ip) ? ip : undefined;
}
