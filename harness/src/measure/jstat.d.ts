declare module 'jstat' {
  const jstat: {
    studentt: { inv(probability: number, degreesOfFreedom: number): number };
    /** The regularised incomplete beta function. */
    ibeta(x: number, a: number, b: number): number;
  };
  export default jstat;
}
