/** Many valid submissions quickly: signed for real, with one content for all of them, which a gateway cannot tell. */
import { signBatch } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { HeaderSchema, RoutingSchema, type Envelope } from '../../protocol/generated/schema.ts';
import { newId, seal, type Recipient, type Sender } from './raw-node.ts';

/** Makes bursts of `size` envelopes, each burst under one signature; `idOf` gives the message id of each place in it. */
export function bulk(
  from: Sender,
  to: readonly Recipient[],
  text = 'x',
): (size: number, idOf?: (at: number) => Uint8Array) => Envelope[] {
  const model = seal(from, to, { text });
  const header = decode(HeaderSchema, model.header, 'signed');
  return (size, idOf = newId) => {
    const headers = Array.from({ length: size }, (_, at) => {
      const routing = encode(RoutingSchema, { ...model.routing, messageId: idOf(at) });
      return encode(HeaderSchema, { ...header, routing });
    });
    const { signature, paths } = signBatch('message', from.signingKey, headers);
    const { content, wrappedKeys } = model;
    return headers.map((bytes, i) => ({ header: bytes, signature, path: paths[i]!, content, wrappedKeys }));
  };
}
