/** Something that is in the way, said in a sentence or two with what to do. Never shown with a stack. */
export class Problem extends Error {}
