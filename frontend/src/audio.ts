// What is loaded only by those who listen or talk (load.ts).
export { Listener } from "./audio/listen";
export { Talker } from "./audio/talk";
