import { Client } from './client.ts';

/** Run in a network namespace: says hello as the host of that number, and nothing more. */
const [address = '', host = '', secret] = process.argv.slice(2);
const status = await new Client(address).hello(Number(host), secret);
process.stdout.write(`${status}\n`);
