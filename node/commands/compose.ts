import { Command } from 'commander';
export const composeCommand = (): Command => new Command('compose');
