/** The number of CXL switches, one behind the other, between a host and its memory device. */
const switchesOf = { direct: 0, switch: 1, 'two-switches': 2 } as const;

export type CxlTopology = keyof typeof switchesOf;
export const cxlTopologies = Object.keys(switchesOf) as [CxlTopology, ...CxlTopology[]];

/** The ports from the root port down, and the one that the memory device belongs to. A switch has two: up and down. */
export function wayDown(topology: CxlTopology): { devices: string[]; port: string } {
  const switches = Array.from({ length: switchesOf[topology] }, (_, place) => place);
  const below = (place: number) => (place === 0 ? 'cxl-rp0' : `cxl-down${place - 1}`);
  const devices = [
    'cxl-rp,port=0,bus=cxl.0,id=cxl-rp0,chassis=0,slot=2',
    ...switches.flatMap((place) => [
      `cxl-upstream,bus=${below(place)},id=cxl-up${place}`,
      `cxl-downstream,port=0,bus=cxl-up${place},id=cxl-down${place},chassis=0,slot=${3 + place}`,
    ]),
  ];
  return { devices: devices.flatMap((device) => ['-device', device]), port: below(switches.length) };
}
