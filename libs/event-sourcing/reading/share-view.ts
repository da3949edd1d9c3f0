import type { AnyView } from '../modelling/view.js';
import { openBuilds } from './opening.js';
import type { BuildProgress, ViewProgress } from './progress.js';
import { ViewBuild, type BuildSurroundings } from './view-build.js';
import { declaredBuild, isSameBuild, type Build, type ViewState } from './view-state.js';

/** A view within one share: its partition of the build that answers, and of the one being filled, and whether they run. */
export class ShareView {
  live: ViewBuild | undefined;
  building: ViewBuild | undefined;
  /** The live build is fed. */
  joined = false;
  /** The new build is fed beside the live one, until that of every other share is as far. */
  buildingJoined = false;
  failure: string | undefined;
  /** What came of the last retry that was asked for. */
  retried: ViewProgress['retried'];

  constructor(
    readonly view: AnyView,
    /** Which partition of each build this is. */
    private readonly share: number,
    private readonly around: BuildSurroundings,
    public state: ViewState,
  ) {}

  get name(): string {
    return this.view.name;
  }

  /** Whether the live build is of the declared version and may fold. */
  get runs(): boolean {
    return this.live !== undefined && !this.state.paused && this.failure === undefined && this.state.live?.version === this.view.options.version;
  }

  /** The builds that the feed folds into. */
  get fed(): ViewBuild[] {
    return [this.joined ? this.live : undefined, this.buildingJoined ? this.building : undefined].filter((build) => build !== undefined);
  }

  /** The builds that its state has, to be opened. */
  begin(): ViewBuild[] {
    this.live = this.buildOf(this.state.live, true);
    this.building = this.buildOf(declaredBuild(this.state.building, this.view), false);
    return [this.live, this.building].filter((build) => build !== undefined);
  }

  isFed(build: ViewBuild): boolean {
    return this.fed.includes(build);
  }

  wants(build: ViewBuild): boolean {
    return build === this.building || (build === this.live && this.runs);
  }

  /** The build has come to where the feed is. */
  join(build: ViewBuild): void {
    if (build === this.building) this.buildingJoined = true;
    if (build === this.live) this.joined = this.runs;
  }

  /** Another build answers now: the one that was being filled here, as a rule. */
  async take(live: Build | undefined): Promise<void> {
    if (this.building && live && isSameBuild(this.building.build, live)) {
      [this.live, this.joined] = [this.building, this.buildingJoined];
      [this.building, this.buildingJoined] = [undefined, false];
      this.live.goLive();
    } else {
      this.live = await this.openBuild(live, true);
      this.joined = false;
    }
    this.failure = undefined;
  }

  /** Opens what is to be built by now, and lets go of what is not. */
  async openBuilding(): Promise<void> {
    const wanted = declaredBuild(this.state.building, this.view);
    if (this.building && wanted && isSameBuild(this.building.build, wanted)) return;
    this.buildingJoined = false;
    this.building = await this.openBuild(wanted, false);
  }

  progress(caughtUp: boolean): ViewProgress {
    return {
      ...(this.live && { live: progressOf(this.live, this.joined, caughtUp) }),
      ...(this.building && { building: progressOf(this.building, this.buildingJoined, caughtUp) }),
      deadLetters: this.live?.deadLetters.size ?? 0,
      ...(this.failure !== undefined && { failure: this.failure }),
      ...(this.retried && { retried: this.retried }),
    };
  }

  private async openBuild(build: Build | undefined, live: boolean): Promise<ViewBuild | undefined> {
    const opened = this.buildOf(build, live);
    if (opened) await openBuilds([opened], this.around.documents);
    return opened;
  }

  private buildOf(build: Build | undefined, live: boolean): ViewBuild | undefined {
    if (!build || this.share >= build.partitions) return undefined;
    return new ViewBuild(this.view, build, { index: this.share, count: build.partitions }, live, this.around);
  }
}

function progressOf({ build: { version, generation }, written }: ViewBuild, joined: boolean, caughtUp: boolean): BuildProgress {
  return { version, generation, position: written, joined, caughtUp: joined && caughtUp };
}
