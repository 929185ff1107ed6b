/** How much is measured. */

export interface Sizes {
  /** Sent before the clock starts: the gateway's code is compiled while it runs. */
  readonly warmUp: number;
  readonly throughput: readonly { readonly bodyBytes: number; readonly warmUp: number; readonly messages: number }[];
  readonly oneInFlight: number;
  /** Messages that find out the rate of which half is then sent, and messages at that half. */
  readonly latencyLoad: number;
  readonly fanout: { readonly recipients: number; readonly messages: number };
  readonly many: { readonly pairs: number; readonly messages: number };
  readonly sessions: readonly number[];
  readonly backlog: number;
  /** Messages of a generated log; each makes some 2.5 entries. */
  readonly stored: { readonly few: number; readonly many: number };
  readonly growth: number;
  /** Rules of the gateway that has many. */
  readonly policy: {
    readonly agencies: number;
    readonly agreements: number;
    readonly groups: number;
    readonly messages: number;
  };
  readonly sdk: number;
  readonly attachmentMiB: number;
  /** Most repetitions of measures that take long: fan-out, many, 16 KiB and SDK; and of sessions and the backlog. */
  readonly long: number;
  readonly longest: number;
}

export const FULL: Sizes = {
  warmUp: 3_000,
  throughput: [
    { bodyBytes: 1_024, warmUp: 10_000, messages: 15_000 },
    { bodyBytes: 16_384, warmUp: 1_000, messages: 3_000 },
  ],
  oneInFlight: 500,
  latencyLoad: 5_000,
  fanout: { recipients: 160, messages: 200 },
  many: { pairs: 50, messages: 400 },
  sessions: [2_000, 10_000],
  backlog: 200_000,
  stored: { few: 4_000, many: 410_000 },
  growth: 5_000,
  policy: { agencies: 101, agreements: 5_000, groups: 500, messages: 15_000 },
  sdk: 2_000,
  attachmentMiB: 1_024,
  long: 3,
  longest: 1,
};

export const QUICK: Sizes = {
  warmUp: 500,
  throughput: [
    { bodyBytes: 1_024, warmUp: 1_000, messages: 3_000 },
    { bodyBytes: 16_384, warmUp: 200, messages: 800 },
  ],
  oneInFlight: 200,
  latencyLoad: 1_000,
  fanout: { recipients: 40, messages: 50 },
  many: { pairs: 10, messages: 100 },
  sessions: [500],
  backlog: 10_000,
  stored: { few: 4_000, many: 20_000 },
  growth: 2_000,
  policy: { agencies: 20, agreements: 190, groups: 100, messages: 2_000 },
  sdk: 500,
  attachmentMiB: 128,
  long: 1,
  longest: 1,
};
