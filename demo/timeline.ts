/** The demonstration's output: chapters, and lines with the time since the start. Colours only on a terminal. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export class Timeline {
  private readonly startMs = Date.now();

  /** Begins a part of the story. */
  chapter(title: string): void {
    this.write(`\n${paint('bold', title)}`);
  }

  /** Something that happened. `mark` says how to read it at a glance. */
  event(who: string, text: string, mark: 'ok' | 'wait' | 'no' | 'none' = 'none'): void {
    const seconds = `${((Date.now() - this.startMs) / 1000).toFixed(1)} s`.padStart(7);
    const signs = { ok: paint('green', '✓'), wait: paint('yellow', '…'), no: paint('red', '✗'), none: ' ' };
    this.write(`${paint('dim', seconds)} ${signs[mark]} ${paint('cyan', who.padEnd(16))} ${text}`);
  }

  /** A line of its own, e.g. a command to copy. */
  line(text = ''): void {
    this.write(text);
  }

  get elapsedSeconds(): number {
    return (Date.now() - this.startMs) / 1000;
  }

  private write(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}

const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });
