import { createHmac } from 'node:crypto';
import net from 'node:net';
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

  constructor(address: string) {
    const [host = '', port = ''] = address.split(':');
    this.socket = net.connect(Number(port), host);
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
    const hello = Buffer.alloc(48);
    hello.writeUInt32LE(0x6362665a, 0);
    hello.writeUInt16LE(1, 4);
    hello.writeUInt16LE(host, 6);
    if (secret !== undefined)
      createHmac('sha256', secret).update(greeting.subarray(16)).digest().copy(hello, 8);
    this.socket.write(hello);
    return (await this.read(24)).readUInt8(0);
  }

  async access({ op, address = 0n, size = 8, operand = 0n, expected = 0n }: Access): Promise<Reply> {
    const request = Buffer.alloc(48);
    request.writeUInt8(typeof op === 'number' ? op : opCodes[op], 0);
    request.writeUInt8(size, 1);
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

const low = (1n << 64n) - 1n;
