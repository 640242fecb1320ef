// @ts-check
/**
 * The rooms inside a backend plugin and the arrows between them:
 * wiring → api → commands and queries → domain; reactors and projections hang
 * on the same chain. Nothing flows backwards.
 */
const path = require('node:path');

/**
 * @typedef {'wiring' | 'api' | 'reactors' | 'commands' | 'queries' |
 *   'projections' | 'domain' | 'elsewhere'} Room `elsewhere`: any other file or folder of src
 */

/** @type {Record<Exclude<Room, 'wiring' | 'elsewhere'>, Room[]>} */
const ARROWS = {
  api: ['commands', 'queries', 'domain', 'elsewhere'],
  reactors: ['commands', 'queries', 'domain', 'elsewhere'],
  commands: ['queries', 'domain', 'elsewhere'],
  queries: ['projections', 'domain', 'elsewhere'],
  projections: ['domain', 'elsewhere'],
  domain: [],
};

/** Rooms that only the wiring may enter, whoever else is around. */
const ENTERED_BY_WIRING_ONLY = ['api', 'reactors'];

const WIRING_FILE = /^(index|plugin|module|alpha)(\.[cm]?[jt]sx?)?$/;

/**
 * @param {string} pathInSrc relative to the package's src, with or without extension
 * @returns {Room}
 */
function roomOf(pathInSrc) {
  const [first = '', ...rest] = pathInSrc.split(path.sep);
  if (Object.hasOwn(ARROWS, first)) {
    return /** @type {Room} */ (first);
  }
  return rest.length === 0 && (first === '' || WIRING_FILE.test(first))
    ? 'wiring'
    : 'elsewhere';
}

/**
 * @param {Room} from
 * @param {Room} to
 */
function mayEnter(from, to) {
  if (from === to || from === 'wiring') {
    return true;
  }
  if (from === 'elsewhere') {
    return to !== 'wiring' && !ENTERED_BY_WIRING_ONLY.includes(to);
  }
  return ARROWS[from].includes(to);
}

/**
 * The rooms that `from` may import from, for a message.
 *
 * @param {Room} from
 */
function describeArrowsFrom(from) {
  const rooms = (from === 'wiring' || from === 'elsewhere' ? [] : ARROWS[from])
    .filter(room => room !== 'elsewhere')
    .map(room => `src/${room}`);
  return rooms.length === 0 ? 'nothing else in src' : rooms.join(', ');
}

module.exports = { roomOf, mayEnter, describeArrowsFrom };
