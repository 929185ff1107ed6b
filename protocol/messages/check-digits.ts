/** Check digits of the numbers that stand in bodies. Each takes a text whose form has been checked before. */

/** ISO 6346: letters count from 10 and leave out the multiples of 11; each place weighs twice the one before it. */
export function isContainerNumber(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 10; i++) {
    const value = Number.parseInt(text.charAt(i), 36);
    sum += (value < 10 ? value : value + Math.floor((value - 1) / 10)) * 2 ** i;
  }
  return (sum % 11) % 10 === Number(text.charAt(10));
}

/** IMO ship number: the six digits, weighed 7 to 2, end in the seventh. */
export function isImoNumber(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 6; i++) sum += Number(text.charAt(i)) * (7 - i);
  return sum % 10 === Number(text.charAt(6));
}

/** ISO 13616: with the first four characters last and letters counting from 10, the number leaves 1 modulo 97. */
export function isIban(text: string): boolean {
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
  }
  return rest === 1;
}
