-- A client's users look addresses up as well.
create policy client_read_geocoder on settings for select to console_user using (key = 'geocoder');
