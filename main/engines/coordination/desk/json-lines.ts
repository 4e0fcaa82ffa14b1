// Lines of JSON out of a file someone gave us.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

/** COORD_ARCHIVE names the first line that is no JSON. Empty lines are left out. */
export function decodeJson(file: Buffer, name: string): unknown[] {
  return file.toString('utf8').split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (error) {
      throw SluiceError.of('COORD_ARCHIVE', { file: name, reason: `line ${index + 1}` }, error);
    }
  });
}
