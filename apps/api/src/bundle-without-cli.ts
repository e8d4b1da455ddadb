/**
 * Stands in for the command line of umzug, which the API never uses: a megabyte of parsers and schemas that would be in the
 * image for nothing.
 */
// oxlint-disable no-extraneous-class -- they are only extended
export class CommandLineAction {}
export class CommandLineParser {}
