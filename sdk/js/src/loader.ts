// The script that a site embeds. It takes every call at once and loses none; the rest is WebAssembly's.
//
//   a call ─▶ recorder: stamped with id, time, visitor, page; kept in local storage in the same turn
//          ─▶ outbox:   to the WebAssembly module, which makes events, and says what to post when;
//                       or, where that cannot run or the page leaves before it does, posted as it is
import { install } from "./loader/api";
import { configured } from "./loader/options";

install(configured());
