import { setTimeout as sleep } from "node:timers/promises";
import { contract } from "@mainstay/contract";
import { everySide, type Fault, type Scene } from "./fault.ts";

/** Until the load balancer sends requests to a process that was started. */
const takenInMs = contract.health.interval * contract.health.healthyThreshold * 1000;

/** With documents under way on each process, from the beginning to the end: what stops in a hurry cuts them. */
async function amongSlowUploads({ traffic }: Scene, work: () => Promise<void>): Promise<void> {
  const uploads = [...traffic.values()].map((it) => it.uploadSlowly());
  await Promise.all(uploads.map(({ underWay }) => underWay));
  await work();
  await Promise.all(uploads.map((it) => it.stop()));
}

const terminated: Fault = {
  name: "sigterm",
  title: "One process gets SIGTERM under load, as ECS stops a task",
  tolerance: { refusedWrites: false },
  async run(scene) {
    await amongSlowUploads(scene, async () => {
      scene.injected();
      await everySide(scene.stage, async (side) => {
        const [first] = side.processes;
        await first.end("SIGTERM");
        await first.start();
        scene.healed(side);
      });
    });
  },
};

const killed: Fault = {
  name: "kill-9",
  title: "One process is killed",
  tolerance: { cutInFlight: true, refusedWrites: false },
  async run(scene) {
    await amongSlowUploads(scene, async () => {
      scene.injected();
      await everySide(scene.stage, async (side) => {
        await side.processes[0].end("SIGKILL");
        scene.gone(side);
      });
      await sleep(scene.short ? 2_000 : 20_000);
      await everySide(scene.stage, ({ processes: [first] }) => first.start());
      scene.healed();
    });
  },
};

const rolling: Fault = {
  name: "rolling",
  title: "Both processes are replaced, one after the other",
  tolerance: { refusedWrites: false },
  async run(scene) {
    await amongSlowUploads(scene, async () => {
      scene.injected();
      await everySide(scene.stage, async (side) => {
        for (const [index, one] of side.processes.entries()) {
          await one.end("SIGTERM");
          await one.start();
          // As a deployment does it: the next only when this one serves.
          if (index < side.processes.length - 1) await sleep(takenInMs);
        }
        scene.healed(side);
      });
    });
  },
};

const diskFull: Fault = {
  name: "disk-full",
  title: "The disk of the documents is full",
  impossible: ({ sides: [side] }) => side?.disk.unfillable,
  async run({ stage, short, injected, healed }) {
    injected();
    await everySide(stage, ({ disk }) => disk.fill());
    await sleep(short ? 3_000 : 15_000);
    await everySide(stage, ({ disk }) => disk.free());
    healed();
  },
};

const clockStep: Fault = {
  name: "clock-step",
  title: "The clock of one process is set back by two minutes, then forward",
  tolerance: { refusedWrites: false },
  async run({ stage, short, injected, healed }) {
    injected();
    for (const step of [-120_000, 120_000, 0]) {
      for (const { processes } of stage.sides) processes[0].stepClock(step);
      await sleep(short ? 1_500 : 10_000);
    }
    healed();
  },
};

export const processFaults: readonly Fault[] = [terminated, killed, rolling, diskFull, clockStep];
