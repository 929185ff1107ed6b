/**
 * The protocol's public surface, for nodes and independent tools. The gateway imports the single modules instead, because
 * this index reaches `envelope/open.ts` and `envelope/jwe.ts`, which open content.
 */
export * from './algorithms.ts';
export * from './batch.ts';
export * from './certificates.ts';
export * from './codec.ts';
export * from './envelope/attachments.ts';
export * from './envelope/encryption-keys.ts';
export * from './envelope/jwe.ts';
export * from './envelope/open.ts';
export * from './envelope/padding.ts';
export * from './envelope/seal.ts';
export * from './envelope/suites.ts';
export * from './envelope/verify.ts';
export * from './errors.ts';
export * from './frames.ts';
export * from './generated/schema.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './merkle.ts';
export * from './messages/json.ts';
export * from './messages/validate.ts';
export * from './schema.ts';
export * from './session.ts';
