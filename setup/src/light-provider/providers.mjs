import { join } from "node:path";
import { fields } from "./message.mjs";
import { call, provider } from "./upstream.mjs";

/** Milliseconds until one that nobody uses is ended: each has 300 MB. */
const patience = 60_000;

/**
 * @typedef {Awaited<ReturnType<typeof provider>>} Provider
 * @typedef {object} Configured A provider that knows its region, account, tags and credentials.
 * @property {Buffer} said What it answered to them.
 * @property {import("node:http2").ClientHttp2Session} session
 * @property {() => void} leave It has one user less.
 * @property {() => void} retire It gets no more users.
 */

/**
 * Providers that run, each for one configuration in one directory. Who asks with the same words as another before gets the same one, and the same answer.
 *
 * WHY that is right: a provider keeps nothing between two calls but its configuration. Terraform itself has it work on hundreds of resources
 * at once.
 */
export class Providers {
  /** @type {Map<string, Promise<{ provider: Provider, said: Buffer, users: number, idle: NodeJS.Timeout | undefined }>>} */
  #configured = new Map();
  /** Know no configuration yet, by the directory they work in. @type {Map<string, Promise<Provider>>} */
  #blank = new Map();
  /** @type {Set<Provider>} */
  #running = new Set();
  #program;
  #folder;

  /**
   * @param {string} program
   * @param {string} folder Where the light provider keeps what it knows.
   */
  constructor(program, folder) {
    this.#program = program;
    this.#folder = folder;
  }

  /**
   * One for questions whose answer does not depend on configuration and directory: schemas, and whether a configuration is valid.
   *
   * @param {string} directory Of who asks: if there is none, this will probably be needed next.
   */
  async any(directory) {
    for (const one of this.#configured.values()) {
      const known = await one.catch(() => undefined);
      if (known === undefined) continue;
      known.idle?.refresh();
      return known.provider;
    }
    const blank = this.#blank.get(directory) ?? this.#start(directory);
    this.#blank.set(directory, blank);
    const gone = () => {
      if (this.#blank.get(directory) === blank) this.#blank.delete(directory);
    };
    const it = await blank.catch((error) => {
      gone();
      throw error;
    });
    it.session.once("close", gone);
    return it;
  }

  /**
   * The one with this configuration in this directory.
   *
   * @param {string} directory
   * @param {Buffer} words As Terraform sends them.
   * @returns {Promise<Configured>}
   */
  async configured(directory, words) {
    const key = `${directory}\n${keyOf(words)}`;
    const one = this.#configured.get(key) ?? this.#configure(directory, words);
    this.#configured.set(key, one);
    // WHY asked: when it is over with this one, there may be another of the same words.
    const forget = () => this.#configured.get(key) === one && this.#configured.delete(key);
    const known = await one.catch((error) => {
      forget();
      throw error;
    });
    // WHY: it says what is wrong, or what is to be known; with what is wrong it does not work.
    if (known.said.length > 0) forget();
    known.users += 1;
    clearTimeout(known.idle);
    known.idle = undefined;
    const { provider: it, said } = known;
    it.session.once("close", forget);
    const expire = () => {
      forget();
      this.#end(it);
    };
    return {
      said,
      session: it.session,
      leave: () => {
        known.users -= 1;
        if (known.users === 0) known.idle = setTimeout(expire, patience).unref();
      },
      retire: forget,
    };
  }

  end() {
    for (const one of this.#running) one.end();
  }

  /**
   * @param {string} directory
   * @param {Buffer} words
   */
  async #configure(directory, words) {
    const blank = this.#blank.get(directory);
    this.#blank.delete(directory);
    const it = await (blank ?? this.#start(directory));
    return {
      provider: it,
      said: await call(it.session, "/tfplugin5.Provider/Configure", words),
      users: 0,
      idle: undefined,
    };
  }

  /** @param {string} directory */
  async #start(directory) {
    const one = await provider(this.#program, [], join(this.#folder, "idle"), process.pid, directory);
    this.#running.add(one);
    // What was asked of it fails by itself.
    one.session.on("error", () => {});
    one.session.setMaxListeners(0);
    one.session.once("close", () => this.#end(one));
    return one;
  }

  /** @param {Provider} one */
  #end(one) {
    if (this.#running.delete(one)) one.end();
  }
}

/**
 * What tells one configuration from another, of a `tfplugin5.Configure.Request`: the version of Terraform and the configuration itself.
 *
 * WHY not all of it: beside it Terraform says what it can do, which differs between plan and apply. Only that resources can be put off
 * does, and this provider never asks for that.
 *
 * @param {Buffer} words
 */
function keyOf(words) {
  const parts = [...fields(words)].filter(({ number }) => number <= 2);
  return Buffer.concat(parts.map(({ start, end }) => words.subarray(start, end))).toString("latin1");
}
