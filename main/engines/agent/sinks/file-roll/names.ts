// Names of rolled files (DefaultPathManager, RollTimePathManager).
//   DEFAULT   <prefix><ms when the sink started>-<number>[.<extension>]
//   ROLLTIME  <prefix>yyyyMMddHHmmss-<number in this second>[.<extension>]

export interface FileNames { next(): string }

interface Parts { readonly prefix: string; readonly extension: string; readonly now: () => number }

export function seriesNames({ prefix, extension, now }: Parts): FileNames {
  const series = now();
  let count = 0;
  return { next: () => `${prefix}${series}-${++count}${dotted(extension)}` };
}

export function timeNames({ prefix, extension, now }: Parts): FileNames {
  let last = '';
  let count = 0;
  return {
    next: () => {
      const second = secondOf(new Date(now()));
      if (second !== last) count = 0;
      last = second;
      return `${prefix}${second}-${++count}${dotted(extension)}`;
    },
  };
}

const dotted = (extension: string): string => (extension === '' ? '' : `.${extension}`);

function secondOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
