import { BlockList, isIP } from 'node:net';

/**
 * Networks that nothing outside may make us call: our own host, private and
 * local ones, and what the IANA special-purpose registries keep back
 * (https://www.iana.org/assignments/iana-ipv4-special-registry,
 * https://www.iana.org/assignments/iana-ipv6-special-registry), multicast and
 * the addresses that stand for others (NAT64, 6to4, Teredo).
 */
const NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
] as const;

// One for each family: a list takes an IPv4 address for its mapped IPv6 one, and
// all of those are among the networks.
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const network of NETWORKS) {
  const [address, prefix] = network.split('/') as [string, string];
  const family = familyOf(address);
  blocked[family].addSubnet(address, Number(prefix), family);
}

/** Whether an address belongs to somebody on the open internet. */
export function isPublicAddress(address: string): boolean {
  const family = familyOf(address);
  return isIP(address) !== 0 && !blocked[family].check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
