// The front door of every npm script. Needs nothing but Node (old ones too, to refuse them in words): checks its
// version, brings node_modules up to package-lock.json, and hands over to src/cli/main.ts in this process.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededNode = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.zerohop-stamp');

exitIfAbandoned();
if (Number(process.versions.node.split('.')[0]) < neededNode) {
  fail(
    `Node ${neededNode} or newer is needed, and this is ${process.version} (${process.execPath})`,
    'install a newer Node, from nodejs.org or a package of your distribution, and run the command again',
  );
}
void installPackages().then(handOver);

async function handOver() {
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('./src/cli/main.ts');
  await main(process.argv.slice(2));
}

/** npm may have died between the fork and setpriv's prctl: then no signal will ever tell us to stop. */
function exitIfAbandoned() {
  if (process.env.npm_lifecycle_event !== process.argv[2]) return;
  const parent = `/proc/${process.ppid}`;
  try {
    const adopted = process.ppid === 1 || fs.readFileSync(`${parent}/comm`, 'utf8') === 'systemd\n';
    // In a container npm itself may be process 1.
    if (!adopted || fs.readlinkSync(`${parent}/exe`) === process.env.npm_node_execpath) return;
  } catch {
    // Gone, or not ours to look at: then it is not npm.
  }
  process.exit(143);
}

async function installPackages() {
  if (isInstalled()) return;
  const lock = await lockInstall();
  if (!isInstalled()) npmCi();
  lock.close();
}

function isInstalled() {
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wantedStamp();
}

function wantedStamp() {
  return createHash('sha256')
    .update(fs.readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** An abstract socket: the kernel drops it with this process, however it ends. */
async function lockInstall() {
  const name = `\0zerohop-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`;
  for (let waited = false; ; waited = true) {
    const server = await listen(name);
    if (server !== null) return server;
    if (!waited) process.stderr.write('zerohop: waiting for another command that installs node packages\n');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function listen(name) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(name, () => resolve(server));
  });
}

function npmCi() {
  const modules = join(root, 'node_modules');
  // npm empties the folder that a link leads to, which is another checkout's.
  if (fs.lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    fail(
      `${modules} is a link to packages of another package-lock.json`,
      'remove the link, or run npm ci there',
    );
  }
  process.stderr.write('zerohop: installing node packages (npm ci)\n');
  fs.rmSync(stamp, { force: true });
  // Flags that the caller meant for us may have reached npm's configuration: undo the ones that would matter here.
  const undo = ['--no-dry-run', '--include=dev', '--loglevel=error'];
  // Without a network, npm's own retries take more than a minute to say so.
  const retries = ['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const flags = [...undo, ...retries, '--no-audit', '--no-fund', '--prefer-offline'];
  const command = ['--pdeathsig', 'KILL', 'npm', 'ci', ...flags];
  const { status, signal, error } = spawnSync('setpriv', command, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined) fail(`npm could not be started: ${error.message}`, 'install npm and util-linux');
  if (status !== 0) {
    fail(
      `npm ci ended with ${signal === null ? `status ${status}` : signal}; what it said is above`,
      'check the network, the npm registry and the disk space, and run the command again: it starts over from here',
    );
  }
  fs.writeFileSync(stamp, wantedStamp());
}

function fail(message, next) {
  // As cli/usage.ts has it: to git bisect a status of 3 would say that the commit is bad.
  const status = process.argv[2] === 'bisect' ? 125 : 3;
  process.stderr.write(
    `zerohop: ${message}\n  next: ${next}\nzerohop: outcome=infra status=${status} log=-\n`,
  );
  process.exit(status);
}
