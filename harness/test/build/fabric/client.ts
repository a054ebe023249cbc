import { createHmac, randomBytes } from 'node:crypto';
import net from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { operations } from '../../../src/fabric/server.ts';

type Operation = (typeof operations)[number];

const opCodes: Readonly<Record<Operation, number>> = {
  load: 0,
  store: 1,
  fence: 2,
  cmpxchg: 3,
  xchg: 4,
  add: 5,
  and: 6,
  or: 7,
  xor: 8,
};

export interface Access {
  op: Operation | number;
  address?: bigint;
  size?: number;
  /** 0 is the memory, 1 the self-test's place. */
  space?: number;
  operand?: bigint;
  expected?: bigint;
}

export interface Reply {
  status: number;
  value: bigint;
}

/** A host as QEMU's backend is one, written from qemu/fabricd/protocol.h. */
export class Client {
  readonly socket: net.Socket;
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => {};
  #ended = false;
  /** The round in the server's welcome. */
  round = 0n;
  serverProves = false;

  constructor(address: string, localAddress?: string) {
    const [, host = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(address) ?? [];
    this.socket = net.connect({ host, port: Number(port), ...(localAddress && { localAddress }) });
    this.socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The status by which the server answers the hello. */
  async hello(host: number, secret?: string): Promise<number> {
    const greeting = await this.read(32);
    const nonce = randomBytes(16);
    const number = Buffer.from([host & 255, host >> 8]);
    const proof = (side: string) =>
      createHmac('sha256', secret ?? '')
        .update(Buffer.concat([Buffer.from(side), greeting.subarray(16), nonce, number]))
        .digest();
    const hello = Buffer.alloc(64);
    hello.writeUInt32LE(0x6362665a, 0);
    hello.writeUInt16LE(2, 4);
    number.copy(hello, 6);
    nonce.copy(hello, 8);
    if (secret !== undefined) proof('H').copy(hello, 24);
    this.socket.write(hello);
    const welcome = await this.read(48);
    this.round = welcome.readBigUInt64LE(8);
    this.serverProves = welcome.subarray(16).equals(proof('S'));
    return welcome.readUInt8(0);
  }

  async access({
    op,
    address = 0n,
    size = 8,
    space = 0,
    operand = 0n,
    expected = 0n,
  }: Access): Promise<Reply> {
    const request = Buffer.alloc(48);
    request.writeUInt8(typeof op === 'number' ? op : opCodes[op], 0);
    request.writeUInt8(size, 1);
    request.writeUInt16LE(space, 2);
    request.writeBigUInt64LE(address, 8);
    request.writeBigUInt64LE(operand & low, 16);
    request.writeBigUInt64LE(operand >> 64n, 24);
    request.writeBigUInt64LE(expected & low, 32);
    request.writeBigUInt64LE(expected >> 64n, 40);
    this.socket.write(request);
    const reply = await this.read(24);
    return {
      status: reply.readUInt8(0),
      value: reply.readBigUInt64LE(8) | (reply.readBigUInt64LE(16) << 64n),
    };
  }

  async read(length: number): Promise<Buffer> {
    while (this.#bytes.length < length) {
      if (this.#ended) throw new Error('the server has closed the connection');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

/** Where a fabricd that was just started listens. */
export function listeningAt(stdout: Readable): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: stdout });
    lines.once('line', (line) => {
      lines.close();
      resolve((JSON.parse(line) as { address: string }).address);
    });
  });
}

const low = (1n << 64n) - 1n;
