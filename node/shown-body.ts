/** Bodies as they leave the node, for API clients, drop folders, exports and people. */
import type { Body } from '../protocol/generated/schema.ts';
import { bodyToJson } from '../protocol/messages/json.ts';

const NOTHING = new Uint8Array(0);

/** The JSON form of a body without what opens its attachments: keys and nonce prefixes are for the node alone. */
export const shownBody = (body: Body): Record<string, unknown> =>
  bodyToJson({
    ...body,
    attachments: body.attachments.map((attachment) => ({ ...attachment, key: NOTHING, noncePrefix: NOTHING })),
  });
