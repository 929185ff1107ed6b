/** The bound on submissions under way. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget } from '../../gateway/session/budget.ts';

test('is spent from its maximum on, and not a byte before', () => {
  const budget = new Budget(100);
  expect(budget.isSpent).toBe(false);
  budget.take(99);
  expect(budget.isSpent).toBe(false);
  budget.take(1);
  expect(budget.isSpent).toBe(true);
  budget.take(1000);
  budget.giveBack(1001);
  expect(budget.isSpent).toBe(false);
});

test('who waits is called once, when less than half is used', () => {
  const budget = new Budget(100);
  const called: string[] = [];
  budget.take(120);
  budget.wait(() => called.push('first'));
  budget.wait(() => called.push('second'));
  budget.giveBack(70);
  expect(called).toEqual([]);
  budget.giveBack(1);
  expect(called).toEqual(['first', 'second']);
  budget.giveBack(49);
  expect(called).toEqual(['first', 'second']);
});

test('who is called and cannot go on may wait again', () => {
  const budget = new Budget(100);
  const called: number[] = [];
  const waiter = (n: number) => (): void => {
    called.push(n);
    if (budget.isSpent) budget.wait(waiter(n));
    else budget.take(100);
  };
  budget.take(100);
  for (const n of [1, 2, 3]) budget.wait(waiter(n));
  budget.giveBack(100);
  expect(called).toEqual([1, 2, 3]);
  budget.giveBack(100);
  expect(called).toEqual([1, 2, 3, 2, 3]);
  budget.giveBack(100);
  expect(called).toEqual([1, 2, 3, 2, 3, 3]);
});

test('sessions that take only what is free never hang and stay within one frame each', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (sessions, choices) => {
      const budget = new Budget(100);
      const queues = sessions.map((frames) => [...frames]);
      const underWay: number[] = [];
      const read = (queue: number[]): void => {
        while (queue.length > 0) {
          if (budget.isSpent) {
            budget.wait(() => read(queue));
            return;
          }
          const bytes = queue.shift()!;
          budget.take(bytes);
          underWay.push(bytes);
          const total = underWay.reduce((sum, item) => sum + item, 0);
          expect(total).toBeLessThanOrEqual(99 + 60);
        }
      };
      for (const queue of queues) read(queue);
      while (underWay.length > 0) {
        const [bytes] = underWay.splice(choices.next().value! % underWay.length, 1);
        budget.giveBack(bytes!);
      }
      expect(queues.every((queue) => queue.length === 0)).toBe(true);
    }),
  );
});
