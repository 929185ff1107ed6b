/** Many valid submissions quickly: signed for real, with one content for all of them, which a gateway cannot tell. */
import { encode } from '../../protocol/codec.ts';
import { signBatch } from '../../protocol/batch.ts';
import { HeaderSchema, RoutingSchema, type Envelope } from '../../protocol/generated/schema.ts';
import { newId, seal } from './raw-node.ts';
import type { Agency } from './world.ts';

/** Makes bursts of `size` envelopes, each burst under one signature. */
export async function bulk(from: Agency, to: readonly Agency[], text = 'x'): Promise<(size: number) => Envelope[]> {
  const model = seal(from, to, { text });
  const { decode } = await import('../../protocol/codec.ts');
  const header = decode(HeaderSchema, model.header, 'signed');
  return (size) => {
    const headers = Array.from({ length: size }, () => {
      const routing = encode(RoutingSchema, { ...model.routing, messageId: newId() });
      return encode(HeaderSchema, { ...header, routing });
    });
    const { signature, paths } = signBatch('message', from.signingKey, headers);
    const { content, wrappedKeys } = model;
    return headers.map((bytes, i) => ({ header: bytes, signature, path: paths[i]!, content, wrappedKeys }));
  };
}
