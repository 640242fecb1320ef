import { closest, editDistance } from './closest.ts';
import {
  type CommandSpec,
  helpText,
  parseCommandLine,
  valueOf,
} from './parseCommandLine.ts';
import { readPort } from './readPort.ts';

const spec: CommandSpec = {
  name: 'test',
  summary: 'Tries it.',
  usage: ['[options]'],
  options: {
    port: { value: 'PORT', description: 'A port' },
    config: { value: 'FILE', description: 'A file', multiple: true },
    changed: { description: 'Only that' },
  },
  maxWords: 1,
  passedOnTo: 'jest',
};

function parse(...args: string[]) {
  return parseCommandLine(spec, args);
}

function refusal(...args: string[]) {
  try {
    parse(...args);
  } catch (error) {
    return error;
  }
  throw new Error('It was accepted');
}

describe('parseCommandLine', () => {
  it('reads values, switches, words and what is passed on', () => {
    const line = parse(
      '--port=80',
      '--config',
      'a',
      '--changed',
      'main',
      '--config=b',
      '--',
      '-t',
      '--port',
    );
    expect(valueOf(line, 'port')).toBe('80');
    expect(line.values.get('config')).toEqual(['a', 'b']);
    expect([...line.switches]).toEqual(['changed']);
    expect(line.words).toEqual(['main']);
    expect(line.passedOn).toEqual(['-t', '--port']);
    expect(valueOf(parse(), 'port')).toBeUndefined();
  });

  it.each([
    [['--prot', '80'], 'no option --prot: did you mean --port?'],
    [['--zebra'], 'no option --zebra.'],
    [['-p', '80'], 'no option -p.'],
    [['--constructor'], 'no option --constructor.'],
    [['--port'], 'needs a PORT.'],
    [['--port', '--changed'], 'needs a PORT.'],
    [['--port='], 'needs a PORT.'],
    [['--changed=yes'], 'takes no value.'],
    [['--port', '1', '--port', '2'], 'more than once.'],
    [['one', 'prot'], 'nothing to do with “prot”: did you mean --port?'],
  ])('refuses %p', (args, message) => {
    expect(refusal(...args)).toMatchObject({
      name: 'LauncherError',
      exitCode: 2,
      message: expect.stringContaining(message),
    });
    expect(refusal(...args)).toHaveProperty(
      'message',
      expect.stringContaining('npm test -- --help'),
    );
  });

  it('describes every option in its help', () => {
    expect(helpText(spec)).toBe(
      [
        'Tries it.',
        '',
        '  npm test -- [options]',
        '',
        'Options',
        '  --port PORT    A port',
        '  --config FILE  A file (may be repeated)',
        '  --changed      Only that',
        '  --help         Show this',
        '  -- …           What follows is passed on to jest',
      ].join('\n'),
    );
  });
});

describe('closest', () => {
  it.each([
    ['--por', 'port'],
    ['databse-url', 'database-url'],
    ['data', 'data'],
    ['Host', 'host'],
  ])('finds what %s was meant to be', (word, meant) => {
    expect(closest(word, ['port', 'host', 'data', 'database-url'])).toBe(meant);
  });

  it('does not guess what is far from all', () => {
    expect(closest('zebra', ['port', 'host'])).toBeUndefined();
    expect(editDistance('port', 'prot')).toBe(2);
  });
});

describe('readPort', () => {
  it('takes numbers from 1 to 65535', () => {
    expect(readPort('7007', '--port')).toBe(7007);
    for (const text of ['0', '65536', '-1', '1e3', '80.5', 'http', '']) {
      expect(() => readPort(text, '--port')).toThrow(
        `--port ${text} is not a port`,
      );
    }
  });
});
