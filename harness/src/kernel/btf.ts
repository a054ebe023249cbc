/** A function's signature without the names of its parameters: "int (struct sock *, u64)". */
export type Signatures = (name: string) => string | undefined;

/** Reads the functions of a kernel's BTF. Throws an error if the bytes are not BTF. */
export function signaturesIn(btf: Buffer): Signatures {
  const types = readTypes(btf);
  const functions = new Map<string, number>();
  for (const { kind, name, ref } of types) if (kind === func) functions.set(name, ref);
  return (name) => {
    const proto = types[functions.get(name) ?? 0];
    if (proto?.kind !== funcProto) return undefined;
    const parameters = proto.parameters.map((id) => spell(types, id)).join(', ');
    return `${spell(types, proto.ref)} (${parameters || 'void'})`;
  };
}

interface Type {
  kind: number;
  name: string;
  /** The type that this one points to, renames, qualifies, or returns; a size for other kinds. */
  ref: number;
  /** Ids of the parameters' types, for a prototype. */
  parameters: number[];
}

const func = 12;
const funcProto = 13;
/** Bytes that follow a type's 12 by kind: a fixed number, and a number for each member. */
const tails: Readonly<Record<number, readonly [fixed: number, each: number]>> = {
  1: [4, 0],
  3: [12, 0],
  4: [0, 12],
  5: [0, 12],
  6: [0, 8],
  [funcProto]: [0, 8],
  14: [4, 0],
  15: [0, 12],
  17: [4, 0],
  19: [0, 12],
};

function readTypes(btf: Buffer): Type[] {
  if (btf.readUInt16LE(0) !== 0xeb9f) throw new TypeError('it does not begin as BTF does');
  const [header = 0, typesAt = 0, typesLength = 0, textAt = 0] = [4, 8, 12, 16].map((at) =>
    btf.readUInt32LE(at),
  );
  const text = header + textAt;
  const types: Type[] = [{ kind: 0, name: 'void', ref: 0, parameters: [] }];
  for (let at = header + typesAt; at < header + typesAt + typesLength; ) {
    const info = btf.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x1f;
    const members = info & 0xffff;
    const [fixed, each] = tails[kind] ?? [0, 0];
    const begin = text + btf.readUInt32LE(at);
    const parameters = Array.from({ length: kind === funcProto ? members : 0 }, (_, index) =>
      btf.readUInt32LE(at + 16 + 8 * index),
    );
    types.push({
      kind,
      name: btf.toString('latin1', begin, btf.indexOf(0, begin)),
      ref: btf.readUInt32LE(at + 8),
      parameters,
    });
    at += 12 + fixed + each * members;
  }
  return types;
}

const prefixes: Readonly<Record<number, string>> = { 4: 'struct ', 5: 'union ', 6: 'enum ', 19: 'enum ' };
const qualifiers: Readonly<Record<number, string>> = { 9: 'volatile ', 10: 'const ', 11: '' };
const pointer = 2;
const forward = 7;

/** A type as C spells it. An array or a function as a parameter does not occur in kfuncs. */
function spell(types: readonly Type[], id: number): string {
  const type = types[id];
  if (type === undefined) throw new TypeError(`there is no type ${id}`);
  if (type.kind === pointer) return `${spell(types, type.ref)} *`.replace('* *', '**');
  const qualifier = qualifiers[type.kind];
  if (qualifier !== undefined) return `${qualifier}${spell(types, type.ref)}`;
  return `${prefixes[type.kind] ?? (type.kind === forward ? 'struct ' : '')}${type.name}`;
}
