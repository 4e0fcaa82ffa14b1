// The words of `-e "ssh -p 22 -i 'my key'"`, cut as rsync cuts them: by spaces, quotes group, a quote doubled inside stands for itself. No shell.

/** Null when a quote is not closed. */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (quote !== '') {
      if (char !== quote) word = (word ?? '') + char;
      else if (text[i + 1] === quote) { word = (word ?? '') + char; i += 1; }
      else quote = '';
    } else if (char === '"' || char === "'") { quote = char; word ??= ''; }
    else if (char === ' ') { if (word !== null) words.push(word); word = null; }
    else word = (word ?? '') + char;
  }
  if (quote !== '') return null;
  if (word !== null) words.push(word);
  return words;
}
