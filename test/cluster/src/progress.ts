/** Told, one line at a time, what a start is busy with. */
export type Progress = (line: string) => void;

/** Prints each line to standard error, which leaves standard output to what the caller prints. */
export const printProgress: Progress = (line) => {
  process.stderr.write(`[cluster] ${line}\n`);
};
