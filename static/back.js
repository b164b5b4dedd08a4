// A page that the browser kept is what somebody saw before: after a sign-out, Back showed the next person at the desk
// customers' addresses. The server says what may still be seen.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
