/** Words in lines of at most `width` columns; a word that is longer has its own line. */
export function wrap(text: string, width: number, indent: string): string[] {
  const found: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      found.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? found : [...found, indent + line];
}
