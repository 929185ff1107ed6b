/** The stories, by number. */
import { cash } from './cash.ts';
import { explosives } from './explosives.ts';
import { medicines } from './medicines.ts';
import { requests } from './requests.ts';
import type { Story } from './scene.ts';
import { wildlife } from './wildlife.ts';

export const STORIES: readonly Story[] = [medicines, requests, wildlife, cash, explosives];
